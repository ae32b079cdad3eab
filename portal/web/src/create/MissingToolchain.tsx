import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import type { Toolchain } from '../api/types';
import { Status } from '../ui/Status';

/** Said before the form: the task would fail at its build step. */
export function MissingToolchain({ toolchain }: { toolchain: Toolchain }) {
  const queries = useQueryClient();
  return (
    <div className="panel panel-body row row-wrap" role="status">
      <Status kind="warning" word={`${toolchain.id} is missing`} />
      <span className="small break">
        {toolchain.missing ?? 'Polder did not find this toolchain on the machine where it builds.'} You can fill in the
        form now; the build step will fail until it is installed.
      </span>
      <Button
        size="xs"
        variant="default"
        className="push"
        onClick={() => void queries.invalidateQueries({ queryKey: ['toolchains'] })}
      >
        Look again
      </Button>
    </div>
  );
}
