using System.Text;

namespace Gyre.Models.Templates.Jinja;

/// <summary>Text that is being made; its growth is charged before it happens.</summary>
internal sealed class MeteredText(RenderBudget budget)
{
    // Small growth is charged together, so that single characters stay cheap.
    private const int Batch = 256;

    private readonly StringBuilder _text = new();
    private long _uncharged;

    /// <summary>What it is charged to.</summary>
    public RenderBudget Budget => budget;

    /// <summary>The length so far, in UTF-16 units.</summary>
    public int Length => _text.Length;

    /// <summary>Adds one character.</summary>
    public MeteredText Append(char unit)
    {
        Grow(1);
        _text.Append(unit);
        return this;
    }

    /// <summary>Adds a character as often as the count says; not at all when it is below 1.</summary>
    public MeteredText Append(char unit, int count)
    {
        Grow(Math.Max(count, 0));
        _text.Append(unit, Math.Max(count, 0));
        return this;
    }

    /// <summary>Adds text.</summary>
    public MeteredText Append(ReadOnlySpan<char> text)
    {
        Grow(text.Length);
        _text.Append(text);
        return this;
    }

    /// <summary>The text so far.</summary>
    public override string ToString()
    {
        budget.ChargeText(_uncharged);
        _uncharged = 0;
        return _text.ToString();
    }

    private void Grow(int by)
    {
        _uncharged += by;
        if (_uncharged >= Batch)
        {
            budget.ChargeText(_uncharged);
            _uncharged = 0;
        }
    }
}
