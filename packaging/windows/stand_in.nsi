; A stand-in for the program, to try the installer with: it writes down how it was started; "/WAIT" keeps it open until
; %TEMP%\stand-in-end.txt is there.
!ifdef TARGET
  Target ${TARGET}
!endif
Unicode true
SilentInstall silent
RequestExecutionLevel user
OutFile "${OUTFILE}"
Name "stand-in"
!include FileFunc.nsh
!include LogicLib.nsh
Section
  FileOpen $0 "$TEMP\stand-in.txt" w
  FileWriteUTF16LE $0 "$CMDLINE"
  FileClose $0
  ${GetParameters} $1
  ${If} $1 == "/WAIT"
    ${Do}
      Sleep 100
    ${LoopUntil} ${FileExists} "$TEMP\stand-in-end.txt"
  ${EndIf}
SectionEnd
