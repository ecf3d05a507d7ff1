"""A form with a file in it, read as it comes: nothing is kept on disk, and no more is taken than the app takes."""

from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import HTTPException, Request
from python_multipart.exceptions import FormParserError
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException as AnyHTTPException
from starlette.formparsers import MultiPartException, MultiPartParser

from domain.imports import CannotRead


@dataclass(frozen=True, kw_only=True)
class Sent:
    boxes: Mapping[str, str]
    name: str = ""  # of the file
    content: bytes = b""


async def read_upload(request: Request, too_large: str) -> Sent:
    """A posted form with a file. Raises `CannotRead` for too much, and 422 for what is no such form."""
    if not request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        raise HTTPException(422)
    parser = MultiPartParser(request.headers, request.stream(), max_files=1, max_fields=10)
    try:
        form = await parser.parse()
    except AnyHTTPException as refused:  # the app takes 1 MB, whatever it is
        raise (CannotRead(too_large) if refused.status_code == 413 else refused) from refused
    except MultiPartException as broken:
        raise HTTPException(422) from broken
    except (FormParserError, KeyError, ValueError) as broken:
        raise HTTPException(422) from broken
    try:
        boxes = {key: value for key, value in form.multi_items() if isinstance(value, str)}
        file = form.get("file")
        if not isinstance(file, UploadFile):
            return Sent(boxes=boxes)
        return Sent(boxes=boxes, name=(file.filename or "")[:120], content=await file.read())
    finally:
        await form.close()
