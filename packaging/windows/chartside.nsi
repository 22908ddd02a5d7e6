; The Windows installer of Chartside, for the person who runs it: nothing needs an administrator.
; Compiled by packaging/windows/nsis.py, which defines: VERSION, VERSION4 (four numbers), PAYLOAD (folder of the built
; program), OUTFILE, ICON, PICTURE (of the first page), SIZE_KB, FILE_TYPES (a file with the macros RegisterFileTypes and
; ForgetFileTypes), and NAME, PUBLISHER, SUMMARY. MODELS, where defined, is the folder of models to install with it; SIGN
; a command that signs; TARGET another kind of installer than the usual one, which is 32-bit and runs everywhere.
;
; Command line: /S silent, /D=FOLDER (last, without quotes) installs elsewhere. The uninstaller: /S silent,
; /DELETEDATA=yes deletes the workspace, too. Exit codes: 0 done, 1 cancelled, 2 not possible (the reason is shown, and
; with /S written to %TEMP%\chartside-setup.log).

!ifdef TARGET
  Target ${TARGET}
!endif
Unicode true
ManifestDPIAware true
SetCompressor lzma
SetCompressorDictSize 32
RequestExecutionLevel user

!include MUI2.nsh
!include FileFunc.nsh
!include LogicLib.nsh
!include WinVer.nsh
!include x64.nsh
!include "${FILE_TYPES}"

!define UNINSTALL_KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\${NAME}"
!define APP_PATH_KEY "Software\Microsoft\Windows\CurrentVersion\App Paths\chartside.exe"
!define DATA "$LOCALAPPDATA\chartside"

Name "${NAME}"
OutFile "${OUTFILE}"
InstallDir "$LOCALAPPDATA\Programs\${NAME}"
InstallDirRegKey HKCU "${UNINSTALL_KEY}" "InstallLocation"
BrandingText "${NAME} ${VERSION}"
VIProductVersion "${VERSION4}"
VIFileVersion "${VERSION4}"
VIAddVersionKey "ProductName" "${NAME}"
VIAddVersionKey "CompanyName" "${PUBLISHER}"
VIAddVersionKey "FileDescription" "${NAME} Setup"
VIAddVersionKey "FileVersion" "${VERSION}"
VIAddVersionKey "ProductVersion" "${VERSION}"
VIAddVersionKey "LegalCopyright" "${PUBLISHER}, Apache-2.0"

!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_WELCOMEFINISHPAGE_BITMAP "${PICTURE}"
!define MUI_WELCOMEFINISHPAGE_BITMAP_STRETCH AspectFitHeight
!define MUI_ABORTWARNING
!define MUI_WELCOMEPAGE_TITLE "${NAME} ${VERSION}"
!define MUI_WELCOMEPAGE_TEXT "${SUMMARY}.$\r$\n$\r$\nIt is installed for you alone and needs no administrator. A version that is there already is replaced; your documents and conversations stay as they are.$\r$\n$\r$\n${NAME} is not a medical device."
!define MUI_FINISHPAGE_RUN "$INSTDIR\chartside.exe"
!define MUI_FINISHPAGE_RUN_TEXT "Open ${NAME} now"
!define MUI_FINISHPAGE_NOAUTOCLOSE
!define MUI_UNFINISHPAGE_NOAUTOCLOSE
!define MUI_UNCONFIRMPAGE_TEXT_TOP "${NAME} will be removed from this computer. Your documents and conversations are kept in ${DATA}: delete that folder yourself if they should go, too. Without the passphrase nobody can read them."
!insertmacro MUI_PAGE_WELCOME
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"

!ifdef SIGN
  !finalize '${SIGN} "%1"' = 0
  !uninstfinalize '${SIGN} "%1"' = 0
!endif

; End with a reason: shown, or written down where nobody looks.
!macro Refuse REASON
  ${If} ${Silent}
    FileOpen $9 "$TEMP\chartside-setup.log" w
    FileWriteUTF16LE /BOM $9 "${REASON}$\r$\n"
    FileClose $9
  ${Else}
    MessageBox MB_ICONSTOP|MB_OK "${REASON}"
  ${EndIf}
  SetErrorLevel 2
  Quit
!macroend

; A program that runs holds its file open for writing by nobody: then it can be neither replaced nor removed.
!macro EndUnlessClosed FOLDER
  ${Do}
    ClearErrors
    ${IfNot} ${FileExists} "${FOLDER}\chartside.exe"
      ${ExitDo}
    ${EndIf}
    FileOpen $9 "${FOLDER}\chartside.exe" a
    ${IfNot} ${Errors}
      FileClose $9
      ${ExitDo}
    ${EndIf}
    ${If} ${Silent}
      !insertmacro Refuse "${NAME} is open. Close it, then start this again."
    ${EndIf}
    MessageBox MB_ICONEXCLAMATION|MB_RETRYCANCEL "${NAME} is open. Close it, then choose Retry." IDRETRY +3
    SetErrorLevel 1
    Quit
  ${Loop}
!macroend

Function .onInit
  ${IfNot} ${RunningX64}
    !insertmacro Refuse "${NAME} needs a 64-bit Windows."
  ${EndIf}
  ${IfNot} ${AtLeastWin10}
    !insertmacro Refuse "${NAME} needs Windows 10 or newer."
  ${EndIf}
FunctionEnd

Section "-program"
  SetOverwrite on
  StrCpy $0 "$INSTDIR" 1 -1
  ${If} $0 == "\"
    StrCpy $INSTDIR "$INSTDIR" -1
  ${EndIf}
  ; Only an empty folder, or one that holds this program or what is left of it, is taken: it is replaced as a whole.
  ${If} ${FileExists} "$INSTDIR\*.*"
  ${AndIfNot} ${FileExists} "$INSTDIR\BUILD.json"
  ${AndIfNot} ${FileExists} "$INSTDIR\uninstall.exe"
    ${DirState} "$INSTDIR" $0
    ${If} $0 = 1
      !insertmacro Refuse "The folder $INSTDIR holds other files. Choose another one."
    ${EndIf}
  ${EndIf}
  !insertmacro EndUnlessClosed "$INSTDIR"

  ; The new version is laid out beside the old one, then they change places: whatever fails, one of them is whole.
  RMDir /r "$INSTDIR.new"
  SetOutPath "$INSTDIR.new"
  ClearErrors
  File /r "${PAYLOAD}\*.*"
  !ifdef MODELS
    ; Weights cannot be packed any smaller.
    SetCompress off
    SetOutPath "$INSTDIR.new\models"
    File /r "${MODELS}\*.*"
    SetCompress auto
  !endif
  ${If} ${Errors}
    SetOutPath "$TEMP"
    RMDir /r "$INSTDIR.new"
    !insertmacro Refuse "The files could not be written. Check the free space on the disk."
  ${EndIf}
  WriteUninstaller "$INSTDIR.new\uninstall.exe"
  SetOutPath "$TEMP"
  RMDir /r "$INSTDIR.old"
  ; An empty folder that was chosen; one with files is not removed by this.
  RMDir "$INSTDIR"
  ClearErrors
  ${If} ${FileExists} "$INSTDIR\*.*"
    Rename "$INSTDIR" "$INSTDIR.old"
  ${EndIf}
  ${IfNot} ${Errors}
    Rename "$INSTDIR.new" "$INSTDIR"
  ${EndIf}
  ${If} ${Errors}
    Rename "$INSTDIR.old" "$INSTDIR"
    RMDir /r "$INSTDIR.new"
    !insertmacro Refuse "${NAME} could not be replaced; the version before is still there. Close it and other programs, then start this again."
  ${EndIf}
  ; Models that came with the version before stay when the new one brings none.
  ${IfNot} ${FileExists} "$INSTDIR\models\*.*"
  ${AndIf} ${FileExists} "$INSTDIR.old\models\*.*"
    Rename "$INSTDIR.old\models" "$INSTDIR\models"
  ${EndIf}
  RMDir /r "$INSTDIR.old"

  CreateShortcut "$SMPROGRAMS\${NAME}.lnk" "$INSTDIR\chartside.exe" "" "$INSTDIR\chartside.exe" 0 SW_SHOWNORMAL "" "${SUMMARY}"
  WriteRegStr HKCU "${APP_PATH_KEY}" "" "$INSTDIR\chartside.exe"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "DisplayName" "${NAME}"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "DisplayIcon" "$INSTDIR\chartside.exe,0"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "Publisher" "${PUBLISHER}"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${UNINSTALL_KEY}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKCU "${UNINSTALL_KEY}" "EstimatedSize" ${SIZE_KB}
  WriteRegDWORD HKCU "${UNINSTALL_KEY}" "NoModify" 1
  WriteRegDWORD HKCU "${UNINSTALL_KEY}" "NoRepair" 1
  !insertmacro RegisterFileTypes
  ${RefreshShellIcons}
SectionEnd

Function un.onInit
  ${IfNot} ${FileExists} "$INSTDIR\BUILD.json"
    !insertmacro Refuse "${NAME} is not in $INSTDIR."
  ${EndIf}
FunctionEnd

Section "un.program"
  !insertmacro EndUnlessClosed "$INSTDIR"
  !insertmacro ForgetFileTypes
  Delete "$SMPROGRAMS\${NAME}.lnk"
  DeleteRegKey HKCU "${APP_PATH_KEY}"
  SetOutPath "$TEMP"
  ; The whole folder is the program's own: the installer takes no other.
  RMDir /r "$INSTDIR"
  ${GetParameters} $0
  ClearErrors
  ${GetOptions} $0 "/DELETEDATA=" $1
  ${IfNot} ${Errors}
  ${AndIf} $1 == "yes"
    RMDir /r "${DATA}"
  ${EndIf}
  DeleteRegKey HKCU "${UNINSTALL_KEY}"
  ${RefreshShellIcons}
SectionEnd
