import { defineConfig, typescript } from "halyard/codegen";

export default defineConfig({ outputs: [typescript({ out: "src/channels.gen.ts" })] });
