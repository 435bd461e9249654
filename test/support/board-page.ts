/** The sandbox board as a visitor handles it, so that browser tests read like what a person does. */
import type { Locator, Page } from 'playwright-core';

export interface BoardState {
  readonly now: string;
  readonly users: readonly { readonly id: number; readonly name: string }[];
  readonly pipelines: readonly { readonly entityTypeId: number; readonly categoryId: number }[];
  readonly stages: readonly {
    readonly stageId: string;
    readonly name: string;
    readonly semantics: string | null;
  }[];
  readonly tickets: readonly {
    readonly entityTypeId: number;
    readonly id: number;
    readonly title: string;
    readonly stageId: string;
    readonly movedBy: number;
  }[];
}

/** What the portal holds, read past the page. */
export async function readState(url: string, pipeline: string): Promise<BoardState> {
  const answer = await fetch(`${url}/sandbox/api/state?pipeline=${pipeline}`);
  return (await answer.json()) as BoardState;
}

/** A stage by its name on the board. */
export function stageNamed(state: BoardState, name: string): string {
  const stage = state.stages.find((one) => one.name === name);
  if (stage === undefined) throw new Error(`no stage «${name}»`);
  return stage.stageId;
}

export function column(page: Page, stageId: string): Locator {
  return page.locator(`[data-stage-id="${stageId}"]`);
}

export function tile(page: Page, key: string): Locator {
  return page.locator(`.tile[data-ticket="${key}"]`);
}

/** The card while it stands in a column. */
export function tileIn(page: Page, stageId: string, key: string): Locator {
  return column(page, stageId).locator(`.tile[data-ticket="${key}"]`);
}

/** Drags a card with the mouse onto the head of a column, which is never covered. */
export async function dragTile(page: Page, key: string, stageId: string): Promise<void> {
  await tile(page, key).dragTo(column(page, stageId).locator('.column-head'), {
    sourcePosition: { x: 20, y: 12 },
  });
}

/** Acts as the user whose name this is. */
export async function actAs(page: Page, state: BoardState, name: string): Promise<void> {
  const user = state.users.find((one) => one.name === name);
  if (user === undefined) throw new Error(`no user ${name}`);
  await page.getByLabel('Вы действуете как:').selectOption(String(user.id));
}
