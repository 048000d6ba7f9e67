// An administrator prepares a batch: the last one's rights looked at and copied, more from a sheet, one person's handed to another,
// and what nobody holds named.
import { cpSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ADMINISTRATOR, LIBRARY, Lixiao, accessible, atUniversity, expect, signIn, test, workbook } from "./lixiao";

const NEXT = "/staff#/2018-06/operators";

/** The batch of January, in which the demo's people have their rights, and June's, in which nobody has. */
function twoBatches() {
  const folder = mkdtempSync(join(tmpdir(), "lixiao-batches-"));
  const text = readFileSync(new URL("../../infra/batches/2018-01.toml", import.meta.url), "utf8");
  writeFileSync(join(folder, "2018-01.toml"), text);
  for (const file of ["university.toml", "demo"]) cpSync(new URL(`../../infra/batches/${file}`, import.meta.url), join(folder, file), { recursive: true });
  writeFileSync(join(folder, "2018-06.toml"), text.replace('id = "2018-01"', 'id = "2018-06"').replaceAll("2018年1月毕业研究生", "2018年6月毕业研究生"));
  return folder;
}

test("a new batch gets its operators from the last one, from a sheet and by hand", async ({ page, target, university }) => {
  test.setTimeout(120_000);
  const server = await new Lixiao(["--demo", "50", "--at", "2017-12-20T09:00:00+08:00", "--batches", twoBatches()], university ? atUniversity(university) : {}, target).start();
  const entry = (id: string) => page.locator(`[data-operator='${id}']`);
  const dialog = page.getByRole("dialog");
  try {
    await signIn(page, server, ADMINISTRATOR, NEXT);
    await expect(page.locator("#view")).toContainText("本批次还没有任何人有权限");
    await expect(page.locator("[data-unheld='library']")).toHaveText("图书馆");
    await accessible(page);

    await page.getByRole("button", { name: "从其他批次复制" }).click();
    await dialog.getByLabel("从哪个批次").selectOption("2018-01");
    await dialog.getByRole("button", { name: "预览" }).click();
    await expect(dialog.locator(`[data-copy='${LIBRARY}']`)).toContainText("图书馆");
    await accessible(page);
    const everybody = await dialog.locator("[data-copy]").count();
    await dialog.locator("[data-copy]").last().getByRole("checkbox").uncheck();
    await dialog.getByRole("button", { name: "从其他批次复制" }).click();
    await expect(page.locator("[data-operator]")).toHaveCount(everybody - 1);
    await expect(page.locator("[data-unheld='library']")).toHaveCount(0);

    await page.getByRole("button", { name: "从表格添加" }).click();
    await accessible(page);
    const sheet = workbook([["工号", "姓名", "部门", "学院"], ["20080777", "新老师", "图书馆、财务处", "全部"], ["20080778", "牛老师", "食堂", "全部"]]);
    await dialog.getByLabel("操作人员表").setInputFiles({ name: "操作人员.xlsx", mimeType: "", buffer: sheet });
    await expect(dialog.locator("[data-given='20080777']")).toContainText("财务处、图书馆");
    await expect(dialog.locator("[data-bad][data-row='3']")).toContainText("部门");
    await accessible(page);
    expect(await entry("20080777").count(), "a preview gives nothing").toBe(0);
    await dialog.getByRole("button", { name: "添加", exact: true }).click();
    await expect(entry("20080777")).toContainText("图书馆");

    await page.getByRole("button", { name: "从表格添加" }).click();
    await dialog.getByLabel("操作人员表").setInputFiles({ name: "short.csv", mimeType: "text/csv", buffer: Buffer.from("工号,姓名,窗口,范围\n20080779,朱老师,图书馆,全部\n") });
    await expect(dialog.locator("#understood .problem"), "which columns are missing").toContainText("部门");
    // What isn't understood is said by hand, here too.
    await dialog.getByLabel("C 窗口 读作").selectOption({ label: "办理部门" });
    await dialog.getByLabel("D 范围 读作").selectOption({ label: "学院" });
    await expect(dialog.locator("[data-given='20080779']")).toContainText("图书馆");
    await accessible(page);
    await page.keyboard.press("Escape");

    await entry("20080777").getByRole("button", { name: /^移交/ }).click();
    await dialog.getByLabel("工号").fill("20080790");
    await dialog.getByLabel("姓名").fill("接替老师");
    await dialog.getByRole("button", { name: "移交" }).click();
    await expect(entry("20080790")).toContainText("图书馆");
    await expect(entry("20080777")).toHaveCount(0);

    await entry("20080790").getByRole("button", { name: /^修改/ }).click();
    await dialog.getByLabel("至，含当天（可空）").fill("2017-12-19");
    await dialog.getByRole("button", { name: "保存" }).click();
    await expect(entry("20080790")).toContainText("至");
    await signIn(page, server, "20080790", "/staff#/2018-06/list");
    await expect(page.locator("#main")).not.toContainText("图书馆");
  } finally {
    await server.kill();
  }
});
