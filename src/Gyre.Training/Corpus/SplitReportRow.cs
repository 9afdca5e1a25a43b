namespace Gyre.Training.Corpus;

/// <summary>How much of one task's held-out rows the training conversations already hold.</summary>
/// <param name="Task">The task.</param>
/// <param name="Rows">Held-out rows measured.</param>
/// <param name="Prompt8">Share of the prompts' runs of 8 words that occur in training, 0 to 1; null when the prompts are shorter.</param>
/// <param name="Prompt13">The same for runs of 13 words.</param>
/// <param name="Reference8">The same for the references' runs of 8 words.</param>
/// <param name="Reference13">The same for the references' runs of 13 words.</param>
/// <param name="UnseenValues">Share of the rows' fact values that occur nowhere in training; null when rows have none.</param>
public sealed record SplitReportRow(
    string Task, int Rows, double? Prompt8, double? Prompt13, double? Reference8, double? Reference13, double? UnseenValues);
