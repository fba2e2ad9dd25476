// The accounts: people, organizations and bots, and the teams of an organization.

export interface Account {
  readonly id: number;
  readonly nodeId: string;
  login: string;
  readonly type: "User" | "Organization" | "Bot";
  readonly email: string;
}

/** A team of an organization, with what reviews need. */
export interface Team {
  readonly id: number;
  readonly nodeId: string;
  readonly organization: Account;
  readonly slug: string;
  readonly name: string;
}
