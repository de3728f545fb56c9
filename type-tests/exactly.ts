/** Whether two types are one, to every compiler: tsd's `expectType` says so for tsd's own alone. */

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** Compiles where `A` and `B` are one type. */
export declare function exactly<A, B>(...unless: Same<A, B> extends true ? [] : [differ: [A, B]]): void;
