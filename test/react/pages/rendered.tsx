/** The page of `hydration.test.ts`, on the server. */
import { renderToString } from "react-dom/server";
import type { Message } from "../channels.js";
import { Page } from "./server.js";

export const html = (messages: readonly Message[]): string => renderToString(<Page messages={messages} />);
