import {
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  DatasourceVariableBuilder,
  RowBuilder,
  TextBoxVariableBuilder,
} from "@grafana/grafana-foundation-sdk/dashboard";
import type { AnyPanel } from "./panel.ts";

/** All dashboards have it, and links to the others are found by it. */
const TAG = "orb";
/** A place that is certainly not there, so that nobody reads the wrong documents: operators set their own. */
const DOCS_URL = "https://example.com/orb-bot";
/** In the repository, wherever it can be read: each dashboard has a variable for that. */
const RUNBOOK_URL = "${docs}/docs/runbook.md";
const COLUMNS = 24;

interface Row {
  readonly title: string;
  /** Of its panels, in Grafana's steps of about 38 pixels. */
  readonly height: number;
  readonly panels: readonly AnyPanel[];
}

interface DashboardSettings {
  /** In its address; never changed, because people save it. */
  readonly uid: string;
  readonly title: string;
  readonly help: string;
  /** The section of `docs/runbook.md` that says what to do; empty for the whole page. */
  readonly section: string;
  /** What Grafana calls the time that it shows first: `now-24h`. */
  readonly from: string;
  readonly rows: readonly Row[];
}

/**
 * A dashboard of rows, each with a title and as many panels as fit beside each other.
 *
 * @throws Error if the panels of a row do not fill its width
 */
export function dashboard({ uid, title, help, section, from, rows }: DashboardSettings): Dashboard {
  const builder = new DashboardBuilder(title)
    .uid(uid)
    .description(help)
    .tags([TAG])
    .readonly()
    .timezone("browser")
    .tooltip(DashboardCursorSync.Crosshair)
    .time({ from, to: "now" })
    .refresh("30s")
    .variables([
      new DatasourceVariableBuilder("datasource").label("Prometheus").type("prometheus"),
      new TextBoxVariableBuilder("docs").label("Repository at").defaultValue(DOCS_URL),
    ])
    .links([
      whatToDo(section),
      new DashboardLinkBuilder("Orb bot")
        .type(DashboardLinkType.Dashboards)
        .tags([TAG])
        .keepTime(true)
        .includeVars(true),
    ]);
  for (const row of rows) {
    builder.withRow(new RowBuilder(row.title));
    for (const panel of row.panels) {
      builder.withPanel(panel.height(row.height).links([whatToDo(section)]));
    }
  }
  return shown(filled(builder.build()));
}

function whatToDo(section: string): DashboardLinkBuilder {
  const url = section === "" ? RUNBOOK_URL : `${RUNBOOK_URL}#${section}`;
  return new DashboardLinkBuilder("What to do")
    .type(DashboardLinkType.Link)
    .icon("doc")
    .url(url)
    .targetBlank(true);
}

/** Grafana hides links with a placement in a menu, and addresses panels by number. */
function shown(made: Dashboard): Dashboard {
  for (const link of made.links ?? []) delete link.placement;
  for (const [index, panel] of (made.panels ?? []).entries()) {
    panel.id = index + 1;
    if ("links" in panel) for (const link of panel.links ?? []) delete link.placement;
  }
  return made;
}

/** A row that is wider or narrower than the page would move the panels of the next. */
function filled(made: Dashboard): Dashboard {
  const widths = Map.groupBy(made.panels ?? [], ({ gridPos }) => gridPos?.y ?? 0);
  for (const [y, panels] of widths) {
    const width = panels.reduce((sum, { gridPos }) => sum + (gridPos?.w ?? 0), 0);
    if (width !== COLUMNS)
      throw new Error(`The row at ${y} of ${made.title} is ${width} wide, not ${COLUMNS}`);
  }
  return made;
}
