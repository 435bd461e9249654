/** Starts the sandbox page. The order matters: returns are noticed before the board is drawn anew. */
import { startBoard, tileElement } from './board.js';
import { guardDrafts } from './drafts.js';
import { startHeader } from './header.js';
import { startHint } from './hint.js';
import { startReturnNotes } from './return-note.js';
import { watchReturns } from './returns.js';
import { startSession } from './session.js';
import { startTicketPanel } from './ticket-panel.js';

watchReturns();
startHeader();
startHint();
startBoard();
startReturnNotes(tileElement);
guardDrafts();
startTicketPanel();
await startSession();
