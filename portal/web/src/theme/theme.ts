import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core';

const delft: MantineColorsTuple = [
  '#eef3fb',
  '#dbe5f6',
  '#b6cbed',
  '#8fafe4',
  '#6d96db',
  '#4a7bcb',
  '#3263b5',
  '#1f4e9c',
  '#1a4384',
  '#12305f',
];

/** Mantine's dark neutrals, with the slight blue of our own. */
const dark: MantineColorsTuple = [
  '#e5e9f0',
  '#b3bcc9',
  '#93a0b2',
  '#6a778b',
  '#39434f',
  '#29313e',
  '#1a202a',
  '#161b24',
  '#0f131a',
  '#0b0e14',
];

export const theme = createTheme({
  primaryColor: 'delft',
  primaryShade: { light: 7, dark: 6 },
  colors: { delft, dark },
  fontFamily: 'var(--p-font)',
  fontFamilyMonospace: 'var(--p-mono)',
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.25rem' },
  spacing: { xs: '8px', sm: '12px', md: '16px', lg: '24px', xl: '32px' },
  defaultRadius: '6px',
  respectReducedMotion: true,
  cursorType: 'pointer',
  components: {
    Button: { defaultProps: { size: 'sm' } },
    TextInput: { defaultProps: { size: 'sm' } },
    Select: { defaultProps: { size: 'sm' } },
    Tooltip: {
      defaultProps: {
        openDelay: 350,
        withArrow: false,
        multiline: true,
        maw: 360,
        events: { hover: true, focus: true, touch: false },
      },
    },
    Menu: { defaultProps: { shadow: 'none' } },
  },
});

/** Mantine's own variables point at our tokens, so that there is one place where a colour is chosen. */
const shared = {
  '--mantine-color-body': 'var(--p-surface)',
  '--mantine-color-text': 'var(--p-text)',
  '--mantine-color-dimmed': 'var(--p-text-3)',
  '--mantine-color-placeholder': 'var(--p-text-3)',
  '--mantine-color-anchor': 'var(--p-accent)',
  '--mantine-color-error': 'var(--p-critical)',
  '--mantine-color-default': 'var(--p-surface)',
  '--mantine-color-default-hover': 'var(--p-hover)',
  '--mantine-color-default-color': 'var(--p-text)',
  '--mantine-color-default-border': 'var(--p-border)',
  '--mantine-color-red-light-color': 'var(--p-critical)',
  '--mantine-color-red-light-hover': 'var(--p-critical-soft)',
  '--mantine-color-delft-light': 'var(--p-accent-soft)',
  '--mantine-color-delft-light-hover': 'var(--p-accent-soft)',
  '--mantine-color-delft-light-color': 'var(--p-accent)',
  '--mantine-color-delft-outline': 'var(--p-accent)',
  '--mantine-color-delft-text': 'var(--p-accent)',
};

export const variables: CSSVariablesResolver = () => ({ variables: {}, light: shared, dark: shared });
