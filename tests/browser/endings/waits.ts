// Everything that a test can start, and then nothing more.
import { Lixiao, test } from "../lixiao";
import { openid } from "../university";

test("waits to be killed", async ({ page, server }) => {
  await page.goto(`${server.base}/staff`);
  await new Lixiao(["--demo", "5", "--at", "2017-12-20T09:00:00+08:00"]).start();
  await openid("http://127.0.0.1:1");
  console.log("everything has started");
  await new Promise(() => {});
});
