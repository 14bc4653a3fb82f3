"""Characters that are the same word to a reader, though not to a computer."""

# Older, personal or traditional forms and the form that most texts use (Japanese and Chinese
# both: the point is that either spelling finds the other). Each target stands for itself.
_FORMS = "邊邉辺 髙高 﨑崎 𠮷吉 齋斎 齊斉 澤沢泽 濵浜 濱浜 廣広广 國国 學学 會会 數数"

HAN_VARIANTS: dict[int, str] = {
    ord(form): group[-1] for group in _FORMS.split() for form in group[:-1]
}
