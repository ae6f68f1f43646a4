import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from "miniflare";
import { unstable_getMiniflareWorkerOptions as workerOptionsOf } from "wrangler";
import { projectDir } from "./bundle.ts";

export type LogLine = { readonly level: string; readonly message: string };

export type ServerOptions = {
  /** Wrangler configuration, relative to the project. */
  readonly config: string;
  readonly name: string;
  /** Folder with the bundled index.js and its parts. */
  readonly bundleDir: string;
  readonly stateDir: string;
  /** 0: any free port. */
  readonly port: number;
  readonly vars?: Readonly<Record<string, string>>;
  readonly onLog?: (line: LogLine) => void;
};

export type Server = { readonly url: string; readonly miniflare: Miniflare };

/** Starts one bundled Worker in workerd, on the state of `wrangler dev --persist-to`'s layout. */
export const startServer = async (options: ServerOptions): Promise<Server> => {
  const { workerOptions } = workerOptionsOf(join(projectDir, options.config));
  const parts = (await readdir(options.bundleDir)).filter((file) => file.endsWith(".js"));
  // The first module is the one that runs.
  const modules = parts
    .toSorted((a, b) => Number(b === "index.js") - Number(a === "index.js"))
    .map((file) => ({ type: "ESModule" as const, path: join(options.bundleDir, file) }));
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      host: "127.0.0.1",
      port: options.port,
      // Nothing here asks where a request came from, and a closed network must not hold up a start.
      cf: false,
      resourcePersistencePath: join(options.stateDir, "v3"),
      log: new Log(LogLevel.WARN),
      handleStructuredLogs: (line) => options.onLog?.({ level: line.level, message: line.message }),
      workers: [
        {
          ...workerOptions,
          name: options.name,
          modules,
          modulesRoot: options.bundleDir,
          bindings: Object.assign({}, workerOptions.bindings, options.vars),
        },
      ],
    }),
  );
  const url = await miniflare.ready;
  return { url: url.origin, miniflare };
};
