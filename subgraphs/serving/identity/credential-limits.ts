/** The limits of the attempts at one action within a window. */
export interface AttemptLimits {
  /** The attempts at one account from one address. */
  perAccountAndAddress: number;
  /** The attempts from one address, at whatever account. */
  perAddress: number;
  /** The attempts at one account from all addresses, except those from which its user has succeeded before. */
  perAccount: number;
}

/** The environment variable of a limit, and its default. */
type LimitVariable = readonly [variable: string, value: number];

interface CredentialLimit {
  readonly windowMinutes: number;
  /** True if attempts that succeed count too. */
  readonly countsSuccess: boolean;
  readonly limits: Readonly<Record<keyof AttemptLimits, LimitVariable>>;
}

/** The limits of the actions that use or issue a credential. The README of this subgraph has the same table, which a test checks. */
export const CREDENTIAL_LIMITS = {
  signIn: {
    windowMinutes: 15,
    countsSuccess: false,
    limits: {
      perAccountAndAddress: ['SIGN_IN_MAX_PER_ACCOUNT_AND_ADDRESS', 10],
      perAddress: ['SIGN_IN_MAX_PER_ADDRESS', 100],
      perAccount: ['SIGN_IN_MAX_PER_ACCOUNT', 25],
    },
  },
  passwordChange: {
    windowMinutes: 15,
    countsSuccess: false,
    limits: {
      perAccountAndAddress: ['PASSWORD_CHANGE_MAX_PER_ACCOUNT_AND_ADDRESS', 10],
      perAddress: ['PASSWORD_CHANGE_MAX_PER_ADDRESS', 100],
      perAccount: ['PASSWORD_CHANGE_MAX_PER_ACCOUNT', 25],
    },
  },
  apiKeyIssue: {
    windowMinutes: 60,
    countsSuccess: true,
    limits: {
      perAccountAndAddress: ['API_KEY_ISSUE_MAX_PER_ACCOUNT_AND_ADDRESS', 60],
      perAddress: ['API_KEY_ISSUE_MAX_PER_ADDRESS', 300],
      perAccount: ['API_KEY_ISSUE_MAX_PER_ACCOUNT', 100],
    },
  },
} as const satisfies Record<string, CredentialLimit>;

export type CredentialAction = keyof typeof CREDENTIAL_LIMITS;
export type CredentialLimits = Readonly<Record<CredentialAction, AttemptLimits>>;

/** Returns the limits with the values that `valueOf` gives for their variables. */
export const credentialLimits = (valueOf: (variable: string, byDefault: number) => number): CredentialLimits =>
  mapValues<CredentialAction, CredentialLimit, AttemptLimits>(CREDENTIAL_LIMITS, ({ limits }) =>
    mapValues(limits, ([variable, byDefault]) => valueOf(variable, byDefault)),
  );

export const DEFAULT_CREDENTIAL_LIMITS = credentialLimits((_, byDefault) => byDefault);

/** The variables of all limits, with their defaults. */
export const CREDENTIAL_LIMIT_VARIABLES = Object.values<CredentialLimit>(CREDENTIAL_LIMITS).flatMap(({ limits }) => Object.values(limits));

function mapValues<Name extends string, Value, Result>(
  values: Readonly<Record<Name, Value>>,
  map: (value: Value) => Result,
): Record<Name, Result> {
  return Object.fromEntries(Object.entries<Value>(values).map(([name, value]) => [name, map(value)])) as Record<Name, Result>;
}
