import type { Problems } from "../http/problem.ts";

/** The codes with which the API refuses what somebody wants of a workspace. */
export const WORKSPACE_PROBLEMS: Problems = {
  bad_workspace_path: {
    status: 400,
    meaning: "The path of the workspace is not absolute, or not in its shortest form.",
    remedy: "Send the absolute path of the folder, such as `/var/orb/workspaces/p-1`, without `..`.",
  },
  outside_root: {
    status: 400,
    meaning:
      "The path is not below the root of the workspaces of its host. Nothing outside of it is removed.",
    remedy: "Name a folder below the root that `GET /api/v1/disk` shows.",
  },
  unknown_project: {
    status: 404,
    meaning: "No signal has mentioned this project.",
    remedy: "Take the id from `GET /api/v1/projects`.",
  },
  unknown_host: {
    status: 404,
    meaning: "No worker of this host has reported, and no signal has mentioned it.",
    remedy: "Take the name from `GET /api/v1/disk`. A worker reports if `WORKSPACE_ROOT` is set.",
  },
  unknown_workspace: {
    status: 404,
    meaning: "The bot knows no workspace at this path of this host.",
    remedy: "Take it from `GET /api/v1/workspaces`. A new folder below the root is found within 15 minutes.",
  },
  no_workspace: {
    status: 409,
    meaning: "No workspace of the project is left.",
    remedy: "Nothing. `GET /api/v1/cleanups?project=…` shows what became of it.",
  },
  no_archive: {
    status: 409,
    meaning: "The host of the workspace has no archive.",
    remedy: "Set `WORKSPACE_ARCHIVE` there and start its worker again, or push the work.",
  },
  workspace_gone: {
    status: 409,
    meaning: "The workspace is not there any more.",
    remedy: "Nothing. `GET /api/v1/workspaces/{id}` says since when.",
  },
  workspace_busy: {
    status: 409,
    meaning: "Other processes change the record of the workspace all the time.",
    remedy: "Try again.",
  },
  workspace_present: {
    status: 409,
    meaning: "The workspace is there, and nothing is ever overwritten.",
    remedy: "Move it away first if you want the archived one in its place.",
  },
  nothing_to_restore: {
    status: 409,
    meaning: "No archive of the workspace is known.",
    remedy: "`GET /api/v1/cleanups?archived=true` lists the archives that can be restored.",
  },
  cleanup_ended: {
    status: 409,
    meaning: "The clean-up has ended.",
    remedy: "`POST /api/v1/cleanups` begins another one, if the workspace is still there.",
  },
  cleanup_running: {
    status: 409,
    meaning: "A worker is carrying out the clean-up at the moment.",
    remedy: "Wait until it has ended. `GET /api/v1/cleanups/{id}` shows how far it is.",
  },
  cleanup_half_done: {
    status: 409,
    meaning: "The workspace is in the trash already, so the clean-up can neither be changed nor cancelled.",
    remedy: "`POST /api/v1/cleanups/{id}/run` tries to finish it now.",
  },
};
