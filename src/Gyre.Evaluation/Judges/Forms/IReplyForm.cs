using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Gyre.Evaluation.Judges.Forms;

/// <summary>What a judge's reply looks like, and how it is read. Immutable; safe for several threads.</summary>
internal interface IReplyForm<T>
    where T : class
{
    /// <summary>The form in words, for the prompt.</summary>
    string Shape { get; }

    /// <summary>The form as a JSON schema whose replies have a greatest length.</summary>
    /// <param name="maxTextLength">The most characters of a free text.</param>
    JsonElement Schema(int maxTextLength);

    /// <summary>Reads a JSON object, or the list that should have been in one.</summary>
    /// <param name="reply">An object or a list. Its strings may be impossible to decode: <see cref="InvalidOperationException"/> is the reader's business.</param>
    /// <param name="value">What it says.</param>
    /// <param name="fault">What is wrong with it, in words without any of its content.</param>
    bool TryRead(JsonElement reply, [NotNullWhen(true)] out T? value, out string fault);

    /// <summary>True when two replies say the same, reasons aside.</summary>
    bool IsSame(T one, T other);

    /// <summary>Reads a reply without JSON; only what is beyond doubt.</summary>
    bool TryReadText(string text, [NotNullWhen(true)] out T? value);
}
