import { useCallback } from "react";

interface StreamVideoProps {
  stream: MediaStream;
  label: string;
  className?: string | undefined;
  isMirror?: boolean;
  /** The picture that is looked at; of the others in the call it is the large one. */
  isMain?: boolean;
}

/** Plays a stream's picture. Its sound, where it has one, is not this element's to play. */
export function StreamVideo({
  stream,
  label,
  className,
  isMirror = false,
  isMain = false,
}: StreamVideoProps) {
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
      data-main={isMain || undefined}
      autoPlay
      playsInline
      muted
    />
  );
}
