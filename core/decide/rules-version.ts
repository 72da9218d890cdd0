/**
 * Version of the rules by which decisions are made, kept in each of them. To be raised, by one, with every change by
 * which equal incidents, sports data, chain, settings and memory lead to another status, to other operations or to
 * other approvals; witnesses with different versions may then disagree. Not for other words in a reason, nor for speed.
 * A test over recorded decisions fails when such a change comes without it.
 */
export const RULES_VERSION = '1';
