namespace Gyre.Training.Corpus;

/// <summary>One drawn item of a task, before it becomes a conversation or a dataset row.</summary>
internal sealed record TaskSample(string Family, string Subject, string Prompt, string Reference)
{
    /// <summary>What scorers need, by the keys of <see cref="Evaluation.FactKeys"/>.</summary>
    public IReadOnlyDictionary<string, string> Facts { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Further exchanges about the same context; only training uses them.</summary>
    public IReadOnlyList<(string User, string Assistant)> FollowUps { get; init; } = [];
}
