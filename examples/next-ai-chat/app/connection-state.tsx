import type { ConnectionStatus } from "halyard/client";

const words: Readonly<Record<ConnectionStatus, string>> = {
  idle: "Connecting",
  connecting: "Connecting",
  open: "Live",
  paused: "Paused",
  closed: "Closed",
  error: "Not connected",
};

interface ConnectionStateProps {
  readonly status: ConnectionStatus;
  readonly error: Error | null;
}

/** Whether what is shown is what is. Quiet while it is. */
export function ConnectionState({ status, error }: ConnectionStateProps) {
  return (
    <p className="connection" data-status={status} role="status" title={error?.message}>
      {words[status]}
    </p>
  );
}
