"""Forms of the applications pages: shape and type only, no rules of the programme."""

from app.applications.forms.filling import (
    AnswerField,
    PlacesField,
    SectionForm,
    StartForm,
    SubmitForm,
    UploadForm,
    asked_if,
    section_form,
)

__all__ = [
    "AnswerField",
    "PlacesField",
    "SectionForm",
    "StartForm",
    "SubmitForm",
    "UploadForm",
    "asked_if",
    "section_form",
]
