import react from "@vitejs/plugin-react";
import { halyard } from "halyard/codegen/vite";
import { defineConfig } from "vite";

// In CI nothing is written: a build fails where somebody forgot to commit the bindings.
export default defineConfig({ plugins: [react(), halyard({ check: process.env.CI !== undefined })] });
