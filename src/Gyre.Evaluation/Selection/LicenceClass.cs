namespace Gyre.Evaluation.Selection;

/// <summary>What a model's licence allows, roughly; the licence itself decides.</summary>
public enum LicenceClass
{
    /// <summary>Use, change and share, with attribution at most: MIT, Apache 2.0, BSD.</summary>
    Permissive,

    /// <summary>Use, change and share under the same terms: GPL, CC BY-SA.</summary>
    Copyleft,

    /// <summary>With conditions on the use or the user: RAIL licences, licences with a limit of users.</summary>
    UseRestricted,

    /// <summary>Not for business: CC BY-NC, research licences.</summary>
    NonCommercial,

    /// <summary>By contract alone.</summary>
    Proprietary,
}
