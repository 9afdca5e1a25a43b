using System.Diagnostics.CodeAnalysis;
using Gyre.Evaluation.Metrics;

namespace Gyre.Evaluation.Judges;

/// <summary>What came of a question to a judge: a value, or why there is none.</summary>
internal readonly record struct JudgeAnswer<T>(T? Value, Undefined? Reason)
    where T : class
{
    [MemberNotNullWhen(true, nameof(Value))]
    [MemberNotNullWhen(false, nameof(Reason))]
    public bool IsRead => Value is not null;

    public static JudgeAnswer<T> None(UndefinedCause cause, string detail) => new(null, new Undefined(cause, detail));
}
