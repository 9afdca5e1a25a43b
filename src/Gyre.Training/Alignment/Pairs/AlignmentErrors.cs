namespace Gyre.Training.Alignment.Pairs;

/// <summary>The errors of alignment data.</summary>
internal static class AlignmentErrors
{
    public static TrainingException Unreadable(string path, string found, Exception? inner = null) => new(
        "TRN0400",
        $"Reading alignment data failed: '{path}' {found}. Expected a JSON object a line (docs/design/training-alignment.md lists the forms). Correct the file or the recipe's 'data'.",
        inner);

    public static TrainingException BadRow(string path, long line, string found) => new(
        "TRN0400",
        $"Reading alignment data failed: line {line} of '{path}' {found}. Expected a JSON object in one of the forms of docs/design/training-alignment.md. Correct the line.");

    public static TrainingException Empty(string what, string path) => new(
        "TRN0401",
        $"Reading alignment data failed: '{path}' holds no {what}; expected at least one. Check the recipe's 'data' and what was left out.");

    public static TrainingException Contradictory(int count, IEnumerable<string> examples) => new(
        "TRN0401",
        $"Checking alignment data failed: {count} rows contradict themselves or others; expected each pair one way round and its two answers to differ. Found: {string.Join("; ", examples)}. Correct them, or set data.contradictory to drop.");

    public static TrainingException TooLong(int count, int most, IEnumerable<string> examples) => new(
        "TRN0402",
        $"Encoding alignment data failed: {count} samples are longer than {most} tokens, what prompt and answer may have together. Found: {string.Join("; ", examples)}. Shorten them, raise data.max_tokens up to the model's context, or set data.too_long to drop.");

    public static TrainingException Template(string source, string found) => new(
        "TRN0403",
        $"Encoding alignment data failed: the base model's chat template does not fit {source}: {found}. Expected a template that writes an answer right behind the opening of the assistant's turn. Use a base whose template does, or give prompts as plain text.");
}
