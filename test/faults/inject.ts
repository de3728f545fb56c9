/** Makes a fault, and mends it. */
import type { Fault, LineFault } from "./plan-faults.js";
import type { TcpProxy } from "./proxy.js";
import type { Scene } from "./scene.js";

function breakLine(line: TcpProxy | undefined, fault: LineFault, amount: number): void {
  if (fault === "reset" || fault === "end") line?.cut(fault);
  if (fault === "stall") line?.stall();
  if (fault === "delay") line?.delay(amount);
  if (fault === "split") line?.split(amount);
  if (fault === "refuse") {
    line?.refuse();
    line?.cut("reset");
  }
}

const lineFaultOf = (kind: string) => kind.slice(kind.indexOf("-") + 1) as LineFault;

/** Makes it now. Gives what mends it, to be called when its time is over. */
export async function inject(fault: Fault, scene: Scene): Promise<() => Promise<void> | void> {
  const { clientLines, brokerLines, processes, subscribers, broker } = scene;
  switch (fault.kind) {
    case "client-reset-twice": {
      const line = clientLines[fault.client];
      line?.cutNext(1);
      line?.cut("reset");
      return () => line?.heal();
    }
    case "client-move":
      scene.lead(fault.client, fault.gateway);
      clientLines[fault.client]?.cut("reset");
      return () => {};
    case "client-tokenless":
      subscribers.setTokens(fault.client, false);
      return () => subscribers.setTokens(fault.client, true);
    case "process-kill": {
      const process = processes[fault.process];
      await process?.kill();
      return () => process?.start();
    }
    case "process-freeze": {
      const process = processes[fault.process];
      process?.freeze();
      return () => process?.thaw();
    }
    case "process-clock": {
      const process = processes[fault.process];
      process?.send({ type: "clock", offset: fault.amount });
      return () => process?.send({ type: "clock", offset: 0 });
    }
    case "broker-kill":
      await broker?.kill();
      if (fault.wipes) await broker?.wipe();
      return () => broker?.start();
    case "broker-freeze":
      broker?.freeze();
      return () => broker?.thaw();
    default: {
      const line = "client" in fault ? clientLines[fault.client] : brokerLines[fault.process];
      breakLine(line, lineFaultOf(fault.kind), fault.amount);
      return () => line?.heal();
    }
  }
}

/** A fault in a line, for people. */
export function describeFault({ at, length, kind, ...rest }: Fault): string {
  const details = Object.entries(rest).map(([name, value]) => `${name} ${value}`);
  return `${(at / 1000).toFixed(2).padStart(7)} s  ${kind.padEnd(18)} for ${(length / 1000).toFixed(2)} s  ${details.join(", ")}`;
}
