// A real Chromium against `lixiao local`: each test has a server of its own, so none can disturb another.
import { defineConfig } from "@playwright/test";

const screens = process.env.LIXIAO_SCREENS !== undefined;

export default defineConfig({
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
  use: {
    launchOptions: {
      executablePath: process.env.LIXIAO_CHROMIUM ?? "/usr/bin/chromium",
      args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
    },
    locale: "zh-CN",
    trace: "retain-on-failure",
  },
});
