/** Shows the state of things on the page. It reads, and changes nothing. */
import type { Gap, Message, Status } from "./follow.js";
import { formatBytes, formatCount, formatDuration, plural } from "./format.js";
