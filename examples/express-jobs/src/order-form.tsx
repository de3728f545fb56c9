/** Orders a table, and what trouble its worker is to have. */
import { type FormEvent, useState } from "react";
import { harbours, type Order, type troubles } from "../channels.js";
import { placeOrder } from "./api.js";

const stories: Readonly<Record<(typeof troubles)[number], string>> = {
  none: "works to the end",
  halfway: "is lost halfway",
  end: "is lost once it has said “done”",
};

export function OrderForm() {
  const [order, setOrder] = useState<Order>({
    harbour: "Saint-Malo",
    year: new Date().getFullYear() + 1,
    trouble: "none",
  });
  const [trouble, setTrouble] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTrouble("");
    placeOrder(order).catch((error: Error) => setTrouble(error.message));
  };
  return (
    <form className="order" onSubmit={submit}>
      <fieldset>
        <legend>Harbour</legend>
        <div className="chips">
          {harbours.map((harbour) => (
            <label key={harbour}>
              <input
                type="radio"
                name="harbour"
                checked={order.harbour === harbour}
                onChange={() => setOrder({ ...order, harbour })}
              />
              {harbour}
            </label>
          ))}
        </div>
      </fieldset>
      <label>
        Year
        <input
          type="number"
          value={order.year}
          onChange={(event) => setOrder({ ...order, year: event.target.valueAsNumber })}
        />
      </label>
      <label>
        The worker
        <select
          value={order.trouble}
          onChange={(event) => setOrder({ ...order, trouble: event.target.value as Order["trouble"] })}
        >
          {Object.entries(stories).map(([value, story]) => (
            <option key={value} value={value}>
              {story}
            </option>
          ))}
        </select>
      </label>
      <button type="submit">Make the table</button>
      <p className="trouble" role="alert">
        {trouble}
      </p>
    </form>
  );
}
