/** The page of `hydration.test.ts`, in the browser. */
import { mount } from "./mount.js";
import { Page } from "./server.js";

function Hydrated() {
  return <Page messages={window.initial} />;
}

mount({ page: Hydrated });
