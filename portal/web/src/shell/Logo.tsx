/** Three lines of water between two dikes. */
export function Logo({ size = 24 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" aria-hidden>
      <rect width="24" height="24" rx="5" fill="#1f4e9c" />
      <path
        d="M4 8.5h16M4 12.5c2.7 0 2.7 2 5.3 2s2.7-2 5.4-2 2.6 2 5.3 2M4 17c2.7 0 2.7 2 5.3 2s2.7-2 5.4-2 2.6 2 5.3 2"
        stroke="#fff"
        strokeWidth="1.8"
        fill="none"
        strokeLinecap="round"
      />
    </svg>
  );
}
