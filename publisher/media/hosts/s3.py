"""The host of offices with an S3-compatible store: a public bucket, or addresses signed for a while."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from connectors.clock import Clock
from connectors.contract import MediaFacts
from publisher.config.hosts import MediaHostSettings
from publisher.media.hosts.directory import OURS
from publisher.media.hosts.naming import Names, due_for_removal
from publisher.media.hosts.secrets import secret
from publisher.media.store import MediaStoreError

if TYPE_CHECKING:
    from minio import Minio

TIMEOUT = 30.0
"""Seconds for each answer."""


class S3Host:
    """Fills `MediaHost` by any store that speaks S3.

    A store keeps no time of last need: a file that is half as old as it may become is uploaded anew when
    it is needed again, so that `tidy` goes by its time.

    Args:
        root: of the workspace; files that settings name are relative to it.
    """

    def __init__(self, settings: MediaHostSettings, names: Names, clock: Clock, root: Path) -> None:
        self.settings = settings
        self._names = names
        self._clock = clock
        self._root = root

    def put(self, path: Path, facts: MediaFacts, key: str) -> str:
        """Upload a made file, unless it lies there; its public or signed URL.

        Raises:
            MediaStoreError: the store cannot be reached, or refuses.
        """
        name = self._prefix + self._names.name(key, facts.mime)
        with self._client() as client:
            if not self._fresh(client, name, path.stat().st_size):
                client.fput_object(self.settings.bucket, name, str(path), content_type=facts.mime)
            if self.settings.presigned is not None:
                return client.presigned_get_object(
                    self.settings.bucket, name, expires=self.settings.presigned
                )
        return f"{self.settings.url}/{name}"

    def tidy(self) -> int:
        """Remove what nobody has needed for as long as `keep` says; how many files.

        Raises:
            MediaStoreError: as `put`.
        """
        with self._client() as client:
            needed_at = {
                one.object_name: one.last_modified
                for one in client.list_objects(self.settings.bucket, prefix=self._prefix)
                if one.object_name
                and one.last_modified
                and OURS.fullmatch(one.object_name.removeprefix(self._prefix))
            }
            old = due_for_removal(needed_at, self._clock.now(), self.settings.keep)
            for name in old:
                client.remove_object(self.settings.bucket, name)
        return len(old)

    @property
    def _prefix(self) -> str:
        prefix = self.settings.prefix.strip("/")
        return f"{prefix}/" if prefix else ""

    def _fresh(self, client: Minio, name: str, size: int) -> bool:
        from minio.error import S3Error

        try:
            found = client.stat_object(self.settings.bucket, name)
        except S3Error as error:
            if error.code in ("NoSuchKey", "NoSuchObject"):
                return False
            raise
        young = found.last_modified is not None and (
            self._clock.now() - found.last_modified < max(self.settings.keep / 2, timedelta(hours=12))
        )
        return found.size == size and young

    @contextmanager
    def _client(self) -> Iterator[Minio]:
        try:
            import urllib3
            from minio import Minio
            from minio.error import MinioException, S3Error
        except ImportError:
            raise MediaStoreError("media.needs_extra", kind="s3", extra="s3") from None
        endpoint = urlsplit(self.settings.endpoint)
        pool = urllib3.PoolManager(timeout=TIMEOUT, retries=urllib3.Retry(2, backoff_factor=0.3))
        try:
            yield Minio(
                endpoint.netloc,
                access_key=secret(self.settings.access_key, self._root),
                secret_key=secret(self.settings.secret_key, self._root),
                secure=endpoint.scheme == "https",
                region=self.settings.region,
                http_client=pool,
            )
        except S3Error as error:
            codes = {
                "NoSuchBucket": "media.s3_bucket",
                "AccessDenied": "media.s3_refused",
                "InvalidAccessKeyId": "media.s3_refused",
                "SignatureDoesNotMatch": "media.s3_refused",
            }
            values = {"place": self.settings.endpoint, "bucket": self.settings.bucket}
            words = f"{error.code}: {error.message}"
            raise MediaStoreError(codes.get(error.code or "", "media.host"), **values, words=words) from error
        except (MinioException, urllib3.exceptions.HTTPError, OSError) as error:
            raise MediaStoreError("media.host", place=self.settings.endpoint, words=str(error)) from error
        finally:
            pool.clear()
