"""What the groups of the demo are for, and what they write."""

SINGAPORE, INFORMATICS = "aic-01", "jp-0228"
Texts = dict[str, tuple[str, str]]
KHMER: Texts = {
    "en": (
        "Evaluation of Khmer language models",
        (
            "Models that write Khmer are compared by tests made for English and translated. The "
            "group writes how such models are tested: which tasks, which texts under which "
            "licence, who judges, and how results are reported.\n\n"
            "It publishes terms, test sets and a way to report. It ranks no models."
        ),
    ),
    "km": (
        "ការវាយតម្លៃគំរូភាសាខ្មែរ",
        (
            "គំរូដែលសរសេរភាសាខ្មែរត្រូវបានប្រៀបធៀបដោយតេស្តដែលបង្កើតសម្រាប់ភាសាអង់គ្លេស ហើយបកប្រែ។ "
            "ក្រុមនេះសរសេរអំពីរបៀបសាកល្បងគំរូទាំងនោះ៖ កិច្ចការអ្វី អត្ថបទអ្វី អ្នកណាវាយតម្លៃ "
            "និងរបៀបរាយការណ៍លទ្ធផល។"
        ),
    ),
    "ja": (
        "クメール語の言語モデルの評価",
        (
            "クメール語を書くモデルは、英語のために作られ翻訳された試験で比べられています。"
            "この作業部会は、どの課題を、どの文章で、だれが判定し、結果をどう報告するかを定めます。\n\n"
            "用語・試験データ・報告の方法を公開し、モデルの順位はつけません。"
        ),
    ),
}
METADATA: Texts = {
    "ja": (
        "AI研修コースのメタデータ",
        (
            "各センターのコースを互いに見つけ、比べ、認め合えるように、コースの説明に何を書き、"
            "どの語彙を使うかを定めます。既存の規格を選んで組み合わせ、新しい項目は最小限にします。"
        ),
    ),
    "en": (
        "Metadata for AI training courses",
        (
            "So that courses of all centres are found, compared and recognised, the group says "
            "what a course description holds and in which vocabularies. It chooses among "
            "standards that exist, and adds as little as it can."
        ),
    ),
}


def _paragraphs(*parts: str) -> str:
    return "\n\n".join(parts)


TERMS = _paragraphs(
    "# Scope",
    (
        "These terms are used when a language model for Khmer is evaluated and the result is "
        "reported."
    ),
    "# Terms",
    ("Test item: one question or text that a model is given, with what counts as a right answer."),
    (
        "Judge: a person who reads Khmer every day and decides whether an answer is right; not "
        "one of those who made the model."
    ),
    (
        "Contamination: a test item, or a translation of it, was among the texts that the model"
        " was trained on."
    ),
    "# Use",
    (
        "A report that follows this document names it with its number and uses these terms in "
        "no other sense."
    ),
)
TEST_SETS = _paragraphs(
    "# Scope",
    (
        "This document says what a test set for Khmer language models holds, and how it is made"
        " and kept."
    ),
    "# Texts",
    ("Every test item is written in Khmer first. A translated item is marked, and counted apart."),
    (
        "At least a third of the items come from everyday life in Cambodia: school, health, "
        "farming, offices, markets."
    ),
    (
        "The words between which Khmer writes no space are broken by people, not by a tool that"
        " is itself tested."
    ),
    "# Judges",
    (
        "Two judges decide on each answer without knowing which model gave it; a third decides "
        "where they differ."
    ),
    "# Keeping",
    (
        "A tenth of the items is never published, so that contamination can be found. Who keeps"
        " them is named."
    ),
)
COURSES = _paragraphs(
    "# Scope",
    (
        "This document says what the description of a course on artificial intelligence holds, "
        "so that other centres can show it."
    ),
    "# What is needed",
    (
        "Title, language, the centre that gives it, hours of work, level, competencies, "
        "licence, and where it is."
    ),
    "# Vocabularies",
    (
        "Levels are those of ISCED; competencies are those of the regional list; languages are "
        "written as in BCP 47."
    ),
)
