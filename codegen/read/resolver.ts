/** Resolves imports as the compiler does, and tells what they lead to. */
import { isBuiltin } from "node:module";
import { ts } from "ts-morph";
import type { View } from "../cache/disk.js";
import type { Target } from "../cache/snapshot.js";
import { moduleHost } from "./host.js";
import { createKinship, isHalyard, isInstalled } from "./packages.js";

/** What no channel can come from, and what a bundler makes a module of. */
const ASSET =
  /\.(css|scss|sass|less|styl|svg|png|jpe?g|gif|webp|avif|ico|woff2?|ttf|eot|otf|mp[34]|webm|wasm|html|md|mdx|txt)$|\?\w+$/;

export type Resolver = ReturnType<typeof createResolver>;

/** A resolver for one set of options. It remembers what it found: another one is needed where files come or go. */
export function createResolver(options: ts.CompilerOptions, folder: string, view: View) {
  const host = moduleHost(view, folder);
  const isSensitive = ts.sys.useCaseSensitiveFileNames;
  const canonical = (name: string) => (isSensitive ? name : name.toLowerCase());
  const cache = ts.createModuleResolutionCache(folder, canonical, options);
  const isKin = createKinship(view);

  const formatOf = (file: string) =>
    ts.getImpliedNodeFormatForFile(file, cache.getPackageJsonInfoCache(), host, options);

  /** Where a specifier leads from a file: for an `import` and for a `require`, where these differ. */
  const resolve = (specifier: string, from: string, format: ts.ResolutionMode): Target[] => {
    const modes: readonly ts.ResolutionMode[] = format === undefined ? [undefined] : [format, other(format)];
    const found = modes.flatMap((mode) => {
      const { resolvedModule } = ts.resolveModuleName(specifier, from, options, host, cache, undefined, mode);
      return resolvedModule ? [targetOf(specifier, resolvedModule)] : [];
    });
    return found.filter(({ file }, i) => found.findIndex((other) => other.file === file) === i);
  };

  const targetOf = (
    specifier: string,
    { resolvedFileName: file, isExternalLibraryImport }: ts.ResolvedModuleFull,
  ): Target => {
    if (isInstalled(file)) return { specifier, kind: isKin(file) ? "kin" : "package", file };
    return { specifier, kind: isExternalLibraryImport ? "workspace" : "own", file };
  };

  return {
    cache,
    formatOf,
    /** What a file's specifiers lead to. What nobody can follow is left out. */
    targets(file: string, specifiers: readonly string[], format: ts.ResolutionMode): readonly Target[] {
      return specifiers.flatMap((specifier): Target[] => {
        const found = resolve(specifier, file, format);
        if (isHalyard(specifier)) return [...found, { specifier, kind: "kin", file: "" }];
        if (found.length > 0) return found;
        const isNobodys = isBuiltin(specifier) || /^\w+:/.test(specifier) || ASSET.test(specifier);
        return isNobodys ? [] : [{ specifier, kind: "missing", file: "" }];
      });
    },
    /** Whether an import in a program names a file that is there, be it without types. */
    resolves(specifier: ts.StringLiteral): boolean {
      const file = specifier.getSourceFile();
      const mode = ts.getModeForUsageLocation(file, specifier, options);
      return (
        ts.resolveModuleName(specifier.text, file.fileName, options, host, cache, undefined, mode)
          .resolvedModule !== undefined
      );
    },
    /** The declarations that `/// <reference types>` names. */
    typesOf(name: string, file: string): string | undefined {
      return ts.resolveTypeReferenceDirective(name, file, options, host).resolvedTypeReferenceDirective
        ?.resolvedFileName;
    },
  };
}

const other = (format: ts.ResolutionMode): ts.ResolutionMode =>
  format === ts.ModuleKind.ESNext ? ts.ModuleKind.CommonJS : ts.ModuleKind.ESNext;
