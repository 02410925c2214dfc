import { useEffect, useLayoutEffect, useRef } from "react";

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
  const video = useRef<HTMLVideoElement>(null);
  useLayoutEffect(() => {
    if (video.current !== null) video.current.srcObject = stream;
  }, [stream]);
  useEffect(() => {
    const element = video.current;
    return () => {
      // A picture that is gone would stand still in its small window.
      if (element !== null && document.pictureInPictureElement === element) {
        void document.exitPictureInPicture().catch(() => {});
      }
    };
  }, []);
  return (
    <video
      ref={video}
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
