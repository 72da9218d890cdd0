import { shownSettings } from '../../../core/config/settings.ts';
import type { Context } from '../../../core/context.ts';
import type { AdminService } from '../../../gen/bos/v1/admin_service_pb.js';
import type { Implementation } from '../../edge/rpc.ts';

/** GetConfig: the settings in use by the table that everything about settings derives from. */
export function showConfig({ config }: Pick<Context, 'config'>): Implementation<typeof AdminService> {
  return {
    getConfig: () => ({
      settings: shownSettings(config)
        .map(({ setting, value }) => ({
          key: setting.key,
          valueJson: setting.sensitive ? '' : JSON.stringify(value ?? null),
          sensitive: setting.sensitive,
          description: setting.description,
        }))
        .sort((a, b) => (a.key < b.key ? -1 : 1)),
    }),
  };
}
