/** A repository that the App is or was installed on. */
export interface StoredRepository {
  /** GitHub's id, which stays the same when name and owner change. */
  _id: number;
  /** `owner/name`. */
  fullName: string;
  /** A time of GitHub's at which it had this name; `null` if no report had one. */
  namedAt: Date | null;
  /** In lower case. */
  formerNames: string[];
  installationId: number | null;
  /** Whether the installation has access to it. */
  reachable: boolean;
  /** GitHub's time of the report that says so; `null` if it had none. */
  reachableAt: Date | null;
  archived: boolean;
  /** The last push that changed the owner's settings, if this repository holds them. */
  settingsSha: string | null;
  /** The delivery that last reported a change of the repository itself or of its rules. */
  lastChange: string | null;
  /** When the latest report was received. */
  toldAt: Date;
}

/** A report about a repository; fields that are not given do not change. */
export interface RepositoryNews
  extends
    Pick<StoredRepository, "_id" | "fullName">,
    Partial<Omit<StoredRepository, "_id" | "fullName" | "formerNames" | "toldAt">> {
  /** The name until then, if the report is about another name. */
  readonly nameBefore?: string;
  /** It is GitHub's answer to a question, and not a delivery that may be late. */
  readonly isCertain?: boolean;
}
