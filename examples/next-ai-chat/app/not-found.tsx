import Link from "next/link";

export default function NotFound() {
  return (
    <div className="begin">
      <h1>Nothing here that is yours to read</h1>
      <p>There is no such page, or it belongs to somebody else.</p>
      <p>
        <Link href="/">Ask something of your own</Link>
      </p>
    </div>
  );
}
