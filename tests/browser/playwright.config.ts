// A real Chromium against `lixiao local`, and again against the built functions behind the gateway, with a real
// CAS to sign in at. Each test has a server of its own, so none can disturb another.
import { defineConfig } from "@playwright/test";
import type { Options, WorkerOptions } from "./lixiao";

const screens = process.env.LIXIAO_SCREENS !== undefined;

export default defineConfig<Options, WorkerOptions>({
  testDir: ".",
  testMatch: screens ? "screens.ts" : "*.spec.ts",
  outputDir: "../../target/browser",
  fullyParallel: true,
  workers: 2,
  forbidOnly: true,
  // A browser on a busy machine can lose a connection; what passes only the second time is reported as flaky.
  retries: process.env.CI ? 1 : 0,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [["list"]],
  projects: screens
    ? [{ name: "deployed", use: { target: "deployed" } }]
    : [
        // What is marked @deployed is about the gateway, which this machine's server has none of; or about the same pages alone, and long.
        { name: "local", use: { target: "local" }, grepInvert: /@deployed/ },
        // What is marked @local is about that program alone, or about seconds that a start would use up.
        { name: "deployed", use: { target: "deployed" }, grepInvert: /@local/ },
      ],
  use: {
    launchOptions: {
      executablePath: process.env.LIXIAO_CHROMIUM ?? "/usr/bin/chromium",
      args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
    },
    locale: "zh-CN",
    trace: "retain-on-failure",
  },
});
