import { expectedOf } from './load.ts';
import { OTHER_VARIABLES, SETTINGS, type Setting, variablesOf } from './settings.ts';

/** A cell of a Markdown table. */
const cell = (text: string) => text.replaceAll('|', '\\|');
const code = (text: string) => `\`${text}\``;

function defaultOf(setting: Setting): string {
  return setting.default === undefined ? 'not set' : code(JSON.stringify(setting.default));
}

function row(setting: Setting): string {
  const old =
    setting.legacy === undefined || setting.legacy === 'same'
      ? ''
      : ` In old files: ${code(setting.legacy)}.`;
  const flag = setting.flag === undefined ? '' : code(`--${setting.flag}`);
  const cells = [
    code(setting.key),
    `${setting.description}${old}`,
    expectedOf(setting),
    defaultOf(setting),
    variablesOf(setting).map(code).join(' '),
    flag,
  ];
  return `| ${cells.map(cell).join(' | ')} |`;
}

/** What becomes of a key that only old files have. */
function fate(setting: Setting): string {
  if (setting.backend === undefined) return setting.notice ?? '';
  return 'without `store` and `queue` it means MongoDB and Redis at the addresses of these keys; start says so';
}

/** The text of docs/configuration.md. */
export function configurationPage(): string {
  const used = SETTINGS.filter((setting) => setting.read !== undefined);
  const old = SETTINGS.filter((setting) => setting.read === undefined);
  return [
    '# Configuration',
    '',
    'Generated from the table in `core/config/settings.ts` by `script/generate-docs.ts`; change it there.',
    '',
    'A setting comes from, the weakest first: its default, `config.yaml`, the environment, a flag. Dots in a key are',
    'levels of the file: `api.port` is `port` below `api`. In the environment and in flags a list is separated by',
    'commas, and `thresholds` is written `create=2,Soccer/EPL/result=3`. A key without a value counts as not set.',
    'A key that nobody knows is reported and ignored; a value of the wrong type stops the start.',
    '',
    '## Settings',
    '',
    '| key | meaning | value | default | environment | flag |',
    '|---|---|---|---|---|---|',
    ...used.map(row),
    '',
    '## Further variables of the environment',
    '',
    '| variable | meaning |',
    '|---|---|',
    ...Object.entries(OTHER_VARIABLES).map(([name, meaning]) => `| ${code(name)} | ${cell(meaning)} |`),
    '',
    '## Keys that only old files have',
    '',
    'A `config.yaml` of the Python suite is read as it is. These keys are of its own:',
    '',
    '| key | meaning | what becomes of it |',
    '|---|---|---|',
    ...old.map(
      (setting) => `| ${code(setting.key)} | ${cell(setting.description)} | ${cell(fate(setting))} |`,
    ),
    '',
  ].join('\n');
}
