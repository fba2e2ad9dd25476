/** The bot's own folder below the root: the trash, and fences that are not up yet. No workspace can have this name. */
export const OWN_FOLDER = ".orb";
