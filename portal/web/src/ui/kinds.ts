import {
  IconApi,
  IconBox,
  IconBoxMultiple,
  IconCube,
  IconDatabase,
  IconFileText,
  IconMapPin,
  IconTemplate,
  IconUser,
  IconUsers,
  IconWorld,
  type Icon,
} from '@tabler/icons-react';

const ICONS: Record<string, Icon> = {
  component: IconCube,
  api: IconApi,
  resource: IconDatabase,
  system: IconBoxMultiple,
  domain: IconWorld,
  group: IconUsers,
  user: IconUser,
  location: IconMapPin,
  template: IconTemplate,
  airesource: IconFileText,
};
const WORDS: Record<string, string> = { api: 'API', airesource: 'AI resource' };

export function kindIcon(kind: string): Icon {
  return ICONS[kind.toLowerCase()] ?? IconBox;
}

export function kindWord(kind: string): string {
  const low = kind.toLowerCase();
  return WORDS[low] ?? low.charAt(0).toUpperCase() + low.slice(1);
}
