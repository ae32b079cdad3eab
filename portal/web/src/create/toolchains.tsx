import { useQuery } from '@tanstack/react-query';
import { listToolchains } from '../api/polder';
import type { Entity, Toolchain } from '../api/types';
import { Status } from '../ui/Status';

/** The toolchain that a template needs; `undefined` when it needs none, `null` when Polder does not know it. */
export function useToolchain(template: Entity | undefined): Toolchain | null | undefined {
  const needed = template?.metadata.annotations?.['polder.dev/toolchain'];
  const query = useQuery({
    queryKey: ['toolchains'],
    queryFn: ({ signal }) => listToolchains(signal),
    enabled: needed !== undefined,
    staleTime: 10_000,
  });
  if (!needed || !query.data) return undefined;
  return query.data.find((t) => t.id === needed) ?? null;
}

export function ToolchainState({ toolchain }: { toolchain: Toolchain }) {
  return toolchain.found ? (
    <Status kind="good" word={`${toolchain.id} ${toolchain.version ?? ''}`.trim()} quiet />
  ) : (
    <Status kind="warning" word={`${toolchain.id} is missing`} />
  );
}
