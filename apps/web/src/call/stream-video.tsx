import { useCallback } from "react";

interface StreamVideoProps {
  stream: MediaStream;
  label: string;
  className?: string | undefined;
  isMirror?: boolean;
}

/** Plays a stream's picture. Its sound, where it has one, is not this element's to play. */
export function StreamVideo({ stream, label, className, isMirror = false }: StreamVideoProps) {
  const show = useCallback(
    (video: HTMLVideoElement | null) => {
      if (video !== null) video.srcObject = stream;
    },
    [stream],
  );
  return (
    <video
      ref={show}
      className={className}
      aria-label={label}
      data-mirror={isMirror || undefined}
      autoPlay
      playsInline
      muted
    />
  );
}
