import { bundleGateway } from "./bundle.ts";

// What `wrangler deploy` runs first (wrangler.toml).
await bundleGateway();
