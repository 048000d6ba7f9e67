// A run of its own, which `endings.spec.ts` kills.
import { defineConfig } from "@playwright/test";
import type { Options, WorkerOptions } from "../lixiao";
import usual from "../playwright.config";

export default defineConfig<Options, WorkerOptions>({ ...usual, testDir: ".", testMatch: "waits.ts", timeout: 0, outputDir: "../../../target/endings", projects: [{ name: "deployed", use: { target: "deployed" } }] });
